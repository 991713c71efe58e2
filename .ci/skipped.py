"""python3 .ci/skipped.py JUNIT.XML: fails when a test was skipped that should have run, or none ran."""

import os
import sys
import xml.etree.ElementTree as ET
from pathlib import Path


def main(report: Path) -> int:
    if not report.exists():
        print("There is no report of the tests.")
        return 1
    cases = list(ET.parse(report).iter("testcase"))
    skipped = {f"{case.get('classname')}::{case.get('name')}": reason(case) for case in cases}
    wrong = {name: why for name, why in skipped.items() if why is not None and not may_skip(why)}
    for name, why in wrong.items():
        print(f"skipped, and should have run: {name} ({why})")
    if not cases:
        print("No test ran.")
    return 1 if wrong or not cases else 0


def reason(case: ET.Element) -> str | None:
    skip = case.find("skipped")
    return None if skip is None else skip.get("message") or "no reason given"


def may_skip(why: str) -> bool:
    # Only the browser tests may, and only where there is no browser.
    return "chromium" in why.lower() and os.environ.get("CASEWORK_REQUIRE_BROWSER") != "1"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
