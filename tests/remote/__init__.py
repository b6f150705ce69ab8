"""Remote profiles end to end: real requests over a socket, to stand-ins and to servers that misbehave."""
