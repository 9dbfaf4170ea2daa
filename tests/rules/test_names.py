"""Names sort as Finns sort them."""

from lending.people.names import sort_name


def test_letters_with_rings_and_dots_come_after_z() -> None:
    names = ["Öhman", "Zetterberg", "Åström", "Ärmänen", "Aalto", "Virtanen"]
    assert sorted(names, key=lambda name: sort_name(name, "")) == [
        "Aalto",
        "Virtanen",
        "Zetterberg",
        "Åström",
        "Ärmänen",
        "Öhman",
    ]


def test_other_accents_sort_with_their_plain_letter() -> None:
    assert sort_name("Véli", "René") == sort_name("Veli", "Rene")


def test_given_names_decide_between_namesakes() -> None:
    assert sort_name("Virtanen", "Aino") < sort_name("Virtanen", "Väinö")
