# Receives from NOTIFY_SOCKET and prints each message as one line of JSON, since Node cannot receive Unix datagrams.
# Descriptors in a message (BARRIER=1) are closed: that is how a service manager answers.
import array
import json
import os
import socket
import sys

receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print(json.dumps("bound"), flush=True)
while True:
    message, ancillary, _, _ = receiver.recvmsg(65536, socket.CMSG_SPACE(64))
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            handles = array.array("i")
            handles.frombytes(data[: len(data) - len(data) % handles.itemsize])
            for handle in handles:
                os.close(handle)
    print(json.dumps(message.decode("utf-8", "replace")), flush=True)
