"""The loads: clients of HTTP and of the socket, written on bare protocols so that they take little of their core."""
