"""The agent socket: events of an organisation, to each person those that are theirs to see, in order.

    door       what a handshake brings along        standing   who that is, and whether they may stay
    consumer   one connection: accept, listen, end  resume     where it begins: at the head, or after what it missed
    socket     what waits for one connection        speech     what its member signals to colleagues
    hub        one for each process: feeds, heartbeats, the look each second, rights every three
    feed       one organisation in this process: reads each new event once and gives it to its sockets
    history    what was missed, shared by all who come back           replay    the same for REST
    sightlines who sees what: now, and in what was missed             pages     events as frames, once per view
    ears       the doorbells of the channel layer                     colleagues  signals, to those who may see
    pace       how long a stream is gathered

Nothing here writes to the database. How the socket looks from outside stands in docs/socket.md.
"""
