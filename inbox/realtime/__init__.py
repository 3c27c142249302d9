"""The agent socket: events of an organisation, to each person those that are theirs to see, in order.

    consumer   one connection: accept, parse frames, end
    resume     where a connection begins: at the head, or after what it missed
    socket     what waits for one connection, and what it has acknowledged
    hub        one for each process: feeds, heartbeats, the look each second, rights every three
    feed       one organisation in this process: reads each new event once and gives it to its sockets
    ears       the doorbells of the channel layer
    standing   who is at the door, and whether they still may stay
    sightlines who sees what: now, and in what was missed
    replay     the same for REST

Nothing here writes to the database.
"""
