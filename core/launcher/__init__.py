"""Starts and stops a copy of bandeja: embedded PostgreSQL and Valkey, then the processes of the Procfile.

Imports nothing of Django, so that it stays small in memory and can run before anything is set up.
"""
