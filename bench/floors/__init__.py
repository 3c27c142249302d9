"""The floors: bare programs that do only what the figure's physics asks, without the product.

They say what the parts can do on this machine in this minute, so that a figure is a ratio and not a boast.
"""
