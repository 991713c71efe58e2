"""What no log may hold."""

import logging
import re

# Whoever has it answers in the person's name.
KEY_OF_A_LINK = re.compile(r"(?<=/r/)[^/\s\"'?]+")


class WithoutKeys(logging.Filter):
    """The key of a person's own link, in whatever message its address stands."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if "/r/" in said:
            record.msg, record.args = KEY_OF_A_LINK.sub("…", said), None
        return True
