"""Machine readable zones made for tests, with a check digit of their own making."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

TODAY = date(2022, 10, 1)
PASSPORT = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
CARD = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"]
OLD_CARD = ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"]
RUSSIAN = ["PNRUSSMIRNOVA<<KSENI8<WERBAKOVNA<<<<<<<<<<<<", "4512345671RUS9103074F<<<<<<<1110715770001<32"]

VALUES = {sign: value for value, sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digit(text: str) -> str:
    first, second, third = (sum(VALUES[sign] for sign in text[start::3]) for start in range(3))
    return str((7 * first + 3 * second + third) % 10)


def filled(text: str, length: int) -> str:
    return text.ljust(length, "<")


def changed(lines: list[str], line: int, position: int, text: str) -> list[str]:
    found = list(lines)
    found[line] = found[line][: position - 1] + text + found[line][position - 1 + len(text) :]
    return found


def td1(**of: Any) -> list[str]:
    optional = filled(of["optional"], 15)
    if len(of["number"]) > 9:
        head, tail = of["number"][:9], of["number"][9:]
        optional = filled(tail + digit(of["number"]), 15)
        first = f"I<{of['issuer']}{head}<{optional}"
    else:
        number = filled(of["number"], 9)
        first = f"I<{of['issuer']}{number}{digit(number)}{optional}"
    born, expires = of["birth_date"], of["expires_on"]
    second = f"{born}{digit(born)}{of['sex']}{expires}{digit(expires)}{of['nationality']}"
    second += filled(of["optional_2"], 11)
    whole = first[5:] + second[:7] + second[8:15] + second[18:]
    return [first, second + digit(whole), filled(of["name"], 30)]


def td2(**of: Any) -> list[str]:
    second = _second(**of) + filled(of["optional"][:7], 7)
    whole = second[:10] + second[13:20] + second[21:35]
    return [filled(f"I<{of['issuer']}{of['name']}", 36), second + digit(whole)]


def td3(**of: Any) -> list[str]:
    optional = filled(of["optional"][:14], 14)
    second = _second(**of) + optional + digit(optional)
    whole = second[:10] + second[13:20] + second[21:43]
    return [filled(f"P<{of['issuer']}{of['name']}", 44), second + digit(whole)]


def _second(**of: Any) -> str:
    number, born, expires = filled(of["number"][:9], 9), of["birth_date"], of["expires_on"]
    return (
        f"{number}{digit(number)}{of['nationality']}{born}{digit(born)}{of['sex']}{expires}{digit(expires)}"
    )


def yymmdd(day: Any) -> str:
    return str(day.strftime("%y%m%d"))


words = st.text(alphabet=CAPITALS, min_size=1, max_size=8)
numbers = st.text(alphabet=CAPITALS + "0123456789", min_size=1, max_size=9)
more_optional = st.text(alphabet=CAPITALS + "0123456789", min_size=1, max_size=11)
long_numbers = st.text(alphabet=CAPITALS + "0123456789", min_size=10, max_size=20)
