import csv
import json
from itertools import combinations
from pathlib import Path

import iuliia
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casework.people.names import InvalidName, clean_name, keys, query_keys, transliterations

with Path(__file__).with_name("data").joinpath("names.csv").open(encoding="utf-8", newline="") as lines:
    CASES = [
        {"id": row["id"], "kind": row["kind"], **json.loads(row["inputs"]), **json.loads(row["expected"])}
        for row in csv.DictReader(lines)
    ]
SAME_NAME = {c["id"]: [*c["names"], *c["native"].split(" / ")] for c in CASES if "native" in c}
SAME_NAME.pop("NAME-NEG-1")
SPELT_APART = [
    "Ксения KSENIIA KSENIYA XENIA",
    "Юлия IULIIA YULIYA JULIA IOULIIA",
    "Наталья NATALIA NATAL'YA NATALYA Natalʼya Наталія",
    "Дмитрий DMITRII DMITRIY DMITRY",
    "Алексей ALEKSEI ALEKSEY ALEXEY",
    "Евгений EVGENII YEVGENIY EUGENE",
    "Цветков TSVETKOV TCVETKOV Cvetkov",
    'Подъячев PODIEIACHEV PODIACHEV PODYACHEV Pod"yachev Pod”yachev',
    "Щербаков SHCHERBAKOV SCHERBAKOV CHTCHERBAKOV Sherbakov Ščerbakov",
    "Хрущёв Хрущев KHRUSHCHEV KHRUSHCHYOV Khruschov Khruščëv",
    "Айгуль AIGUL AYGUL",
    "ჭავჭავაძე CHAVCHAVADZE Ch'avch'avadze Чавчавадзе",
    "გიორგი GIORGI GEORGII GEORGIY Георгий George",
    "Шишкин SHISHKIN CHICHKINE",
    "Чайковский CHAIKOVSKII TCHAIKOVSKI Tschaikowsky CHAYKOVSKIY",
    "Кузнецов KUZNETSOV KUZNETCOV KOUZNETSOV Kuznetsoff",
    "Гусейнов GUSEINOV Huseynov Hüseynov",
    "Гриценко GRITSENKO HRYTSENKO",
    "Алиев ALIEV ALIYEV Əliyev",
    "Соловьёв SOLOVEV SOLOVIEV SOLOVYEV Solovyov SOLOV'EV",
    "Евдокиев EVDOKIEV YEVDOKIYEV",
    "Елисеев ELISEEV YELISEYEV",
    "Жаргал ZHARGAL JARGAL",
    "Мөнхбат MUNKHBAT",
    "Мөнхбат MONKHBAT",
    "Нурсұлтан NURSULTAN Нурсултан",
    "Джамал DZHAMAL JAMAL DJAMAL",
    "Хачапуридзе ხაჭაპურიძე KHACHAPURIDZE",
    "Счастливцев SCHASTLIVTSEV",
    "Филиппов FILIPPOV PHILIPPOV",
    "İlya Ilya Илья ILIA",
    "Cмирнов Смирнов SMIRNOV სმირნოვ",  # the first begins with a Latin letter
]


def finds(typed: str, *stored: str) -> bool:
    held = keys(*stored)
    return all(any(k.startswith(a) for k in held for a in word) for word in query_keys(typed))


def syllables() -> st.SearchStrategy[str]:
    consonant = st.sampled_from([*"бвгджзклмнпрстфхцчшщ", "ст", "тр", "сх", "тч", "дж", "кс", "сч", "зх"])
    vowel = st.sampled_from([*"аеёиоуыэюя", "ье", "ья", "ьё", "ай", "ей", "ия", "ие", "ио"])
    return st.builds(str.__add__, consonant, vowel)


russian_names = st.builds(
    lambda first, middle, last: (first + "".join(middle) + last).capitalize(),
    st.sampled_from(["", "а", "е", "ё", "и", "ю", "я", "э", "о", "объе", "подъя", "съё", "Евдокие"]),
    st.lists(syllables(), min_size=1, max_size=5),
    st.sampled_from(["", "в", "ский", "ин", "цкая", "вич", "нян"]),
)
OFFICE_SCHEMES = [iuliia.ICAO_DOC_9303, iuliia.GOST_52535, iuliia.MVD_310, iuliia.MVD_782]
FRENCH_ON_REQUEST = (
    "Ахметов Воробьёва Гилязов Доржиева Ершов Жуков Иванов Кузнецов Мельничук Печорин Подъячев Пушкин"
    " Смирнова Соловьёв Хрущёв Царёва Цветков Чайкин Шульгин Щербаков Юдин Яковлев Евгений Сергей"
    " Георгий Ксения Юлия"
)


@pytest.mark.parametrize("names", SAME_NAME.values(), ids=SAME_NAME.keys())
def test_keys_published_spellings_are_candidates(names: list[str]) -> None:
    assert len(names) > 3
    for one, other in combinations(names, 2):
        assert keys(one) & keys(other), (one, other)


@pytest.mark.parametrize("spellings", SPELT_APART)
def test_keys_every_spelling_finds_every_other(spellings: str) -> None:
    for typed in spellings.split():
        for stored in spellings.split():
            assert finds(typed, stored), (typed, stored)


@pytest.mark.parametrize(
    ("one", "other"),
    [("MARIIA", "MARINA"), ("Мария", "Марина"), ("Мария", "Дарья"), ("Шульгин", "Чулкин"), ("PETR", "PAVEL")],
)
def test_keys_other_names_share_none(one: str, other: str) -> None:
    assert not keys(one) & keys(other)


def test_keys_mariia_ivanova_is_not_found_as_marina() -> None:
    assert not finds("Marina Ivanova", "IVANOVA", "MARIIA")
    assert finds("Ivanova Mari", "IVANOVA", "MARIIA")


def test_keys_cyrillic_and_georgian_words_have_one_reading() -> None:
    assert keys("Смирнова", "СМИРНОВА", "სმირნოვა", "SMIRNOVA") == {"смирнова"}
    assert keys("Хрущёв") == {"хрушев"}


@pytest.mark.parametrize(
    "typed", ["Смир", "смирнова", "smirn", "SMIRNOVA KSE", "Ксен Смирн", "xen", "სმირ", " смирнова  "]
)
def test_query_keys_beginnings_find_the_person(typed: str) -> None:
    assert finds(typed, "Смирнова", "Ксения", "Игоревна")


@pytest.mark.parametrize(
    "typed", ["Смирнов Пётр", "Смирновация", "ирнова", "Marina", "123", "!!!", "ь", "\x00"]
)
def test_query_keys_what_the_name_lacks_finds_nobody(typed: str) -> None:
    assert not finds(typed, "Смирнова", "Ксения", "Игоревна")


@pytest.mark.parametrize("typed", ["", "   ", "\t\n"])
def test_query_keys_nothing_typed_asks_nothing(typed: str) -> None:
    assert query_keys(typed) == ()


def test_query_keys_cyrillic_beginning_is_not_widened() -> None:
    assert not finds("Мас", "Машков")
    assert not finds("Мак", "Махов")
    assert finds("Mas", "Машков")
    assert finds("Mak", "Махов")


@pytest.mark.parametrize(
    "typed", ["Римский-Корсаков", "римский корсаков", "Rimskii‑Korsakov", "Korsakov", "rimskiy-k"]
)
def test_keys_hyphenated_names_in_whole_and_in_part(typed: str) -> None:
    assert finds(typed, "Римский-Корсаков", "Николай")


def test_keys_hyphenated_name_written_as_one() -> None:
    assert finds("Нурсултан", "Нур-Султан")


@pytest.mark.parametrize("apostrophe", "'’‘ʼʹ`´′\"“")
def test_keys_apostrophes_of_every_kind(apostrophe: str) -> None:
    assert keys(f"Solov{apostrophe}ev") == keys("Solovev") == {"соловев"}


def test_keys_combining_marks_and_composed_letters_are_one() -> None:
    assert keys("Артём") == keys("Арте\u0308м")
    assert keys("Николай") == keys("Никола\u0438\u0306")
    assert keys("Жanna\u0301\u0301\u0301") == keys("Жanna")


def test_keys_scripts_without_a_table_are_found_as_written() -> None:
    assert finds("Աննա", "Աննա")
    assert finds("田中", "田中太郎")
    assert finds("محمد", "محمد علي")


def test_keys_long_and_crowded_names_stay_small() -> None:
    assert len(keys("Chch jxj " * 60)) <= 24 * 8
    assert max(map(len, keys("щ" * 20 + "ачj" * 90))) <= 60
    assert finds("абвгд" * 60, "абвгд" * 60)
    assert len(query_keys("а б " * 70)) == 8


@settings(deadline=None)
@given(st.text(max_size=320))
@example("\ud800İıǅﬁŉ")
@example("Ⅳª²①")
def test_keys_of_anything_are_bounded_and_stand_for_themselves(text: str) -> None:
    found = keys(text)
    assert len(found) <= 24 * 8
    assert all(0 < len(key) <= 60 for key in found)
    assert all(key in keys(key) for key in found)
    assert all(len(alternatives) <= 14 for alternatives in query_keys(text))


@settings(deadline=None)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=30))
def test_query_keys_a_latin_word_finds_itself(word: str) -> None:
    assert finds(word, word)


@settings(max_examples=300, deadline=None)
@given(russian_names)
@example("Объёмов")
@example("Гатчин")
@example("Схиртладзе")
def test_keys_every_scheme_of_a_russian_name_finds_the_person(name: str) -> None:
    for scheme in OFFICE_SCHEMES:
        spelling = scheme.translate(name)
        assert keys(spelling) & keys(name), spelling
        assert finds(spelling, name), spelling
        assert finds(name, spelling), spelling


@pytest.mark.parametrize("name", FRENCH_ON_REQUEST.split())
def test_keys_french_spelling_of_the_nineties_finds_the_person(name: str) -> None:
    spelling = iuliia.MVD_310_FR.translate(name)
    assert finds(spelling, name)
    assert finds(name, spelling)


@settings(max_examples=200, deadline=None)
@given(russian_names, st.data())
def test_query_keys_every_beginning_of_a_passport_spelling_finds_the_person(
    name: str, data: st.DataObject
) -> None:
    spelling = data.draw(st.sampled_from([name, *transliterations(name).values()]))
    for length in range(1, len(spelling) + 1):
        assert finds(spelling[:length], name), spelling[:length]


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] == "transliteration"], ids=lambda c: c["id"])
def test_transliterations_published(case: dict[str, str]) -> None:
    schemes = ("icao_9303", "gost_52535", "mvd_310")
    assert transliterations(case["cyrillic"]) == {scheme: case[scheme] for scheme in schemes}


def test_transliterations_kazakh_letters_pass_through_russian() -> None:
    assert transliterations("Қасым")["icao_9303"] == "Kasym"
    assert transliterations("Ғабит Өмірұлы")["mvd_310"] == "Gabit Omiruly"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Смирнова \n", "Смирнова"),
        ("Арте\u0308м", "Артём"),
        ("Anna   Maria", "Anna Maria"),
        ("\ufeffИва\u200bнов\u202e", "Иванов"),
        ("O’Neil-Ким", "O’Neil-Ким"),
        ("   ", ""),
    ],
)
def test_clean_name(text: str, name: str) -> None:
    assert clean_name(text) == name


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Ива\x00нов", "control characters"),
        ("Ива\nнов", "control characters"),
        ("Ива\x7fнов", "control characters"),
        ("Ива\ud800нов", "control characters"),
        ("12345", "letter"),
        ("—", "letter"),
        ("Ж" * 151, "150 characters"),
    ],
)
def test_clean_name_refuses(text: str, sentence: str) -> None:
    with pytest.raises(InvalidName, match=sentence):
        clean_name(text)


def test_clean_name_takes_the_longest() -> None:
    assert clean_name("Ж" * 150) == "Ж" * 150
