"""Names as people carry them: cleaned, transliterated, and folded to keys that find one person in any script.

A key is the plain Cyrillic skeleton of one word: Смирнова, SMIRNOVA and სმირნოვა all give "смирнова".
Keys are stored beside the person and compared by equality and prefix only: `ILIKE` and trigram similarity
are slow behind row-level security.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from operator import itemgetter

import iuliia

LONGEST_NAME = 150
LONGEST_INPUT = 300
LONGEST_KEY = 60
MOST_WORDS = 24
MOST_WORDS_ASKED = 8
MOST_READINGS = 6
MOST_KEYS_A_WORD = 8
MOST_GUESSES_AN_ENDING = 4


class InvalidName(ValueError):
    """The text cannot be anybody's name; the message is one sentence for the person who typed it."""


def clean_name(text: str) -> str:
    """The name in NFC with single spaces, "" for a blank; raises InvalidName."""
    name = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf").strip()
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in name):
        raise InvalidName("A name may not contain control characters.")
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise InvalidName(f"A name may have at most {LONGEST_NAME} characters.")
    if name and not any(c.isalpha() for c in name):
        raise InvalidName("A name needs at least one letter.")
    return name


def transliterations(cyrillic: str) -> dict[str, str]:
    """The spellings of Russian passports since 2014 (ICAO), 2010-2014 (GOST) and 1997-2010 (MVD).

    Letters of Kazakh and Mongolian pass through their Russian stand-ins, as passport offices do it.
    """
    russian = unicodedata.normalize("NFC", cyrillic).translate(_RUSSIAN_STAND_INS)
    return {
        "icao_9303": iuliia.ICAO_DOC_9303.translate(russian),
        "gost_52535": iuliia.GOST_52535.translate(russian),
        "mvd_310": iuliia.MVD_310.translate(russian),
    }


def keys(*names: str) -> frozenset[str]:
    """The keys to store for a person with these names (family, given, patronymic, native; any script).

    At most eight keys a word and 24 words; a hyphenated word counts whole and in its parts.
    """
    words = [part for name in names for word in _words(name) for part in _with_parts(word)]
    return frozenset(key for word in words[:MOST_WORDS] for key in _keys_of(word))


def query_keys(text: str) -> tuple[frozenset[str], ...]:
    """One set of alternatives per word typed; a word may be only the beginning of a name.

    A person matches when, for every set, one alternative is a prefix of one of the person's keys.
    Nothing typed asks for everybody (no set); typing what no name contains asks for nobody (one empty set).
    """
    words = [part for word in _words(text) for part in word.split("-")][:MOST_WORDS_ASKED]
    asked = tuple(alternatives for word in words if (alternatives := _alternatives(word)))
    return asked or ((frozenset(),) if text.strip() else ())


def _words(text: str) -> Iterator[str]:
    """Words in lower case without marks and apostrophes, each in one script as far as it can be told."""
    # twice: compatibility forms tear ´ into a space and a mark, and folding ŉ brings a new apostrophe
    plain = unicodedata.normalize("NFKC", text[:LONGEST_INPUT].translate(_VANISHING))
    plain = unicodedata.normalize("NFC", plain.casefold().translate(_VANISHING))
    for word in _WORD.findall(_unmarked(plain)):
        whole = word.translate(_LOOK_ALIKES) if _CYRILLIC.search(word) else word.translate(_SOUNDING_MARKS)
        yield _unmarked(unicodedata.normalize("NFD", whole))


def _unmarked(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c)[0] != "M")


def _with_parts(word: str) -> list[str]:
    return [word, *word.split("-")] if "-" in word else [word]


def _keys_of(word: str) -> tuple[str, ...]:
    own = _readings(word)
    others = (form for reading in own for form in _other_forms().get(reading, ()))
    return tuple(dict.fromkeys([*own, *others]))[:MOST_KEYS_A_WORD]


def _alternatives(word: str) -> frozenset[str]:
    found = list(_readings(word))
    for ending, longer in _HALF_LETTERS:
        if ending.search(word):
            found += _readings(ending.sub(longer, word))[:MOST_GUESSES_AN_ENDING]
    return frozenset(k for k in found if not any(k != other and k.startswith(other) for other in found))


def _readings(word: str) -> tuple[str, ...]:
    """The skeletons of what a word can sound like, the Russian passport's reading first."""
    plain = word.replace("-", "").translate(_GEORGIAN)
    readings = {plain: 0, _french(plain): 0}  # each with how far it strays from the first
    for pattern, sounds in _SOUNDS:
        heard = [(pattern.sub(s, r), far + n) for n, s in enumerate(sounds) for r, far in readings.items()]
        heard.sort(key=itemgetter(1), reverse=True)  # of two ways to one reading the nearer one stays
        readings = dict(sorted(dict(heard).items(), key=itemgetter(1))[:MOST_READINGS])
    return _distinct(_skeleton(reading) for reading in readings)


def _french(word: str) -> str:
    """Passports of 1997-2010 were written the French way on request: Choulguine, Tchaikovski."""
    if not _FRENCH.search(word):
        return word
    for pattern, sound in _FRENCH_SOUNDS:
        word = pattern.sub(sound, word)
    return word


def _skeleton(reading: str) -> str:
    plain = re.sub("ш[шч]+", "ш", reading.translate(_LETTERS))
    plain = re.sub("(?<=[жчш])о+", "е", plain)
    return re.sub(r"(.)\1+", r"\1", plain)[:LONGEST_KEY]


def _distinct(skeletons: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s for s in skeletons if s))


@cache
def _other_forms() -> dict[str, tuple[str, ...]]:
    """From every reading of a name in the table to the first readings of its other forms."""
    forms: dict[str, tuple[str, ...]] = {}
    for line in _GIVEN_NAMES.strip().split("\n"):
        group = [_readings(word) for word in _words(line)]
        spellings = _distinct(readings[0] for readings in group)
        for reading in {r for readings in group for r in readings}:
            forms[reading] = _distinct([*forms.get(reading, ()), *spellings])
    return forms


_WORD = re.compile(r"[^\W\d_](?:-?[^\W\d_])*")
_CYRILLIC = re.compile("[\u0400-\u052f]")

_VANISHING = str.maketrans(
    dict.fromkeys("'’‘‛ʼʻʹʽʾʿˈ`´′‵″ʺ\"“”„＇＂", "") | dict.fromkeys("‐‑‒–—―−﹣", "-"),
)
_RUSSIAN_STAND_INS = str.maketrans("әӘғҒқҚңҢөӨұҰүҮһҺіІ", "аАгГкКнНоОуУуУхХиИ")

# Latin letters that a hand put into a Cyrillic word without changing the keyboard
_LOOK_ALIKES = str.maketrans("abcehikmoptuxy", "авсенікмортиху")
# Latin letters whose mark is their sound, or that have no mark to lose
_SOUNDING_MARKS = str.maketrans("šşșśčçćžżğıəłđøæœ", "шшшшчччжжгialdoee")
# The national system of 2002 without its apostrophes, as passports write it
_GEORGIAN = str.maketrans(
    dict(zip("აბგდევზთიკლმნოპჟრსტუფქღყშჩცწჭხჰ", "абгдевзтиклмнопжрстувкгкшчццчхх", strict=True))
    | {"ძ": "дз", "ჯ": "дж"}
)
# What single letters come down to once letter groups are read; й, ё and ї have lost their marks before
_LETTERS = str.maketrans(
    dict(zip("abdefgiklmnopqrstuvwyz", "абдевгиклмнопкрстуввиз", strict=True))
    | dict(zip("фщэєыіјәғқүұһҳҷґћљњ", "вшееиииагкууххчгчлн", strict=True))
    | {"ю": "иу", "я": "иа", "ц": "тс", "ь": "", "ъ": "", "ђ": "дж", "џ": "дж"}
)

# In this order: a group of letters, then what it can stand for, the reading of Russian passports first.
_SOUNDS = tuple(
    (re.compile(pattern), sounds)
    for pattern, *sounds in (
        ("shch|chtch|stch|schtsch", "ш"),
        ("kh", "х"),
        ("zh", "ж"),
        ("dж|dj", "дж"),  # Dzhamal, Djamal
        ("дж", "дж", "ж"),  # Джамал is also Jamal
        ("tsch", "ч"),
        ("sch", "сч", "ш"),  # Schastlivtsev, Scherbakov
        ("сч", "сч", "ш"),
        ("sh", "ш"),
        ("tch", "тч"),
        ("cz", "тс", "ч"),
        ("ts|tc", "тс"),
        ("tz", "тз", "тс"),
        ("j", "ж", "y"),  # Jargal; Julia
        ("[iy]e(?=[iy][aou])", "", r"\g<0>"),  # ICAO writes ъ as ie: Podieiachev
        ("[iy]ee", "е"),  # the same before е: Obieedkov
        ("^[iy]+[eo]", "е", r"\g<0>"),  # Yelena; Iosif
        ("(?<=[^aeiouy])y[eo]", "е"),  # Pyotr, Solovyov
        ("[iy]+[eo]", r"\g<0>", "е"),  # Aliev; Soloviev, where both letters are one
        ("ch", "ч", "ш", "х"),  # Chaikin; Chichkine; Michail
        ("gh", "г"),
        ("ph", "в"),
        ("th", "т"),
        ("ck", "к"),
        ("h", "х", "г"),  # Hasan; Huseynov, Hrytsenko
        ("x", "кс", "х"),
        ("c(?=[eiy])", "с", "тс"),
        ("c", "к", "тс"),
        ("ө", "о", "у"),  # Kazakh; Mongolian
        ("ң", "н", "нг"),
    )
)

# What gives a French spelling away, and how its letters differ from all the others at once
_FRENCH = re.compile("ou|tch|gu[eiy]|ine$")
_FRENCH_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("chtch", "ш"),
        ("tch", "ч"),
        ("ch", "ш"),
        ("dj", "дж"),
        ("j", "ж"),
        ("ou", "у"),
        ("gu(?=[eiy])", "г"),
        ("ine$", "ин"),
    )
)

# A Latin word cut short may end in half a letter: what to read besides the word as it stands
_HALF_LETTERS = tuple(
    (re.compile(ending), longer)
    for ending, longer in (
        ("[sckz]$", r"\g<0>h"),
        ("[iyj]$", r"\g<0>e"),
        ("o$", "ou"),
        ("gu$", "gue"),
        ("[iy]e[iy]?$", "i"),
    )
)

# Forms of one given name that no letter rule joins; a line is one name
_GIVEN_NAMES = """
Александр Alexander Alexandre Aleksandre Oleksandr
Алексей Alexis Oleksii Aleksi
Анастасия Anastasie Nastasia
Андрей Andrew Andrii Andre
Анна Ann Hanna
Антон Anthony Antonio
Арсений Arseny Arsène
Василий Basil Vasyl Vasili
Виктор Victor Viktor
Гавриил Gabriel Havryil
Георгий George Giorgi Georg Georges
Григорий Gregory Grigol Hryhorii
Давид David Davit Dawid
Даниил Daniel Danylo Danila
Дмитрий Dmitry Dimitri Dmytro Demetrius
Евгений Eugene Evgeny Eugen Yevhen
Евгения Eugenia Eugenie Yevheniia
Екатерина Catherine Katherine Ekaterine Kateryna Katarina
Елена Helen Helena Olena Elene
Елизавета Elizabeth Elisabed Yelyzaveta
Иван Ivan Ivane Ioann
Илья Elijah Elias Illia
Иосиф Joseph Josef Ioseb Yosyp
Ирина Irene Irine Iryna
Константин Constantine Konstantine Kostiantyn
Любовь Lubov Lyubov
Людмила Ludmila Liudmyla
Магомед Magomet Muhammad Mohamed Muhammed Mukhamed
Мария Mary Marie
Матвей Matthew Matvii
Михаил Michael Mikheil Mykhailo Michel
Наталья Natalie Nathalie
Николай Nicholas Nikoloz Mykola Nicolas
Ольга Olha
Павел Paul Pavlo Pavle
Пётр Peter Petro Petre
Сергей Serge Serhii Sergi
София Sophia Sophie Sopio
Степан Stephen Stefan Stephan
Татьяна Tetiana Tatyana
Тимофей Timothy Tymofii
Фёдор Theodore Feodor Fedir Tedo
Филипп Philip Philippe
Юлия Julia Julie Giulia
Яков Jacob Iakob Yakiv
"""
