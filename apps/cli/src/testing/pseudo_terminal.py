"""Runs a program in a terminal of its own: pseudo_terminal.py COLUMNS PROGRAM ARGUMENT...

What is typed comes by standard input (a byte 3 is Ctrl-C, the terminal makes a signal of it); what is shown goes to
standard output. Ends as the program does.
"""

import fcntl
import os
import pty
import select
import struct
import sys
import termios

columns, program = int(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    os.execvp(program[0], program)

typists = [0]
while True:
    ready, _, _ = select.select([terminal, *typists], [], [])
    if 0 in ready:
        typed = os.read(0, 65536)
        if typed:
            os.write(terminal, typed)
        else:
            typists = []
    if terminal in ready:
        try:
            shown = os.read(terminal, 65536)
        except OSError:
            # Linux says so when the last program has left the terminal.
            break
        if not shown:
            break
        os.write(1, shown)

_, status = os.waitpid(pid, 0)
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
