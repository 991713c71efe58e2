"""`python -m local.follow COMMAND…`: become COMMAND, and be told to stop when the parent dies."""

import os
import signal
import sys

from local.processes import PARENT, follow_parent


def main() -> None:
    follow_parent(signal.SIGTERM)
    os.environ[PARENT] = str(os.getpid())
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606


if __name__ == "__main__":
    main()
