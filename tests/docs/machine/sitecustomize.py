"""Python reads this when it starts: the machine on which the commands of the pages run is called `myhost`.

Its name is that of the streams of an audit log, so it shows in what commands print.
"""

import socket

socket.gethostname = lambda: "myhost"
