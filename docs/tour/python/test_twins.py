"""Every function gives what `twins.json` says. `twins.rs` asks its Rust twins for the same."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from adults import gaps, names_of_adults
from age import AgeError, mean_age, parse_age
from changed_while_walking import remove_children
from changes import above, all_older_by, change_all, older_by
from formats import from_json, to_yaml
from greet import Company, Person, greet_both
from industries import mean_age_by_industry
from merging import merge
from numbers_of_a_size import checked_sum, converted, cut, half, sum_of, wrapping_sum
from owners import a_year_passes, keep_below, older
from pension import years_to_go
from texts import beginning, initials, sizes
from tokenizer import Characters, Tokenizer, there_and_back
from work import Employed, Looking, Retired, Work, sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    import person

EXPECTED: dict[str, Any] = json.loads(
    Path(__file__).parent.with_name("twins.json").read_text(encoding="utf-8")
)


@pytest.fixture
def people() -> list[person.Person]:
    return from_json(json.dumps(EXPECTED["people"]))


def test_a_class_has_methods(people: list[person.Person]) -> None:
    ada = people[0]
    assert ada.introduction() == EXPECTED["introduction"]
    ada.celebrate_birthday()
    assert ada.age == 37


def test_people_become_json_and_yaml(people: list[person.Person]) -> None:
    assert [asdict(person) for person in people] == EXPECTED["people"]
    assert to_yaml(people[:1]) == EXPECTED["yaml"]


def test_what_is_no_person_is_not_noticed() -> None:
    (ada,) = from_json('[{"name": "Ada", "age": "36", "industry": "film"}]')
    assert ada.age == "36"  # type: ignore[comparison-overlap]


def test_means_are_by_industry(people: list[person.Person]) -> None:
    means = mean_age_by_industry(people)
    assert means == EXPECTED["mean_age_by_industry"]
    assert list(means) == sorted(means)


def test_iterators_give_one_at_a_time(people: list[person.Person]) -> None:
    assert list(names_of_adults(people)) == EXPECTED["names_of_adults"]
    assert gaps(people) == EXPECTED["gaps"]


def test_values_are_shared(people: list[person.Person]) -> None:
    assert older(people[0], people[3]).name == EXPECTED["older"]
    a_year_passes(people)
    assert [person.age for person in people] == EXPECTED["a_year_passes"]
    young = keep_below(40, people)
    assert [person.name for person in young] == EXPECTED["keep_below_40"]
    assert young is people


def test_a_list_that_changes_while_walking_is_not_noticed() -> None:
    ages = [12, 15, 36, 44]
    remove_children(ages)
    assert ages == [15, 36, 44]


def test_a_match_finds_the_class() -> None:
    work: list[Work] = [Looking(), Employed("film", 2020), Employed("film", 2026), Retired(2019)]
    assert [sentence(each, 2026) for each in work] == EXPECTED["sentences_in_2026"]


def shown(function: Callable[[str], object], text: str) -> object:
    """Returns a result as `twins.json` has it: the value, or the message."""
    try:
        return function(text)
    except AgeError as error:
        return str(error)


def test_an_error_is_an_exception() -> None:
    for text, age in EXPECTED["ages"].items():
        assert shown(parse_age, text) == age, text
    for text, mean in EXPECTED["mean_ages"].items():
        assert shown(mean_age, text) == mean, text


def test_where_the_twins_differ() -> None:
    for text, age in EXPECTED["ages_that_differ"].items():
        assert shown(parse_age, text) == age["python"], text
    for text, mean in EXPECTED["mean_ages_that_differ"].items():
        assert shown(mean_age, text) == mean["python"], text


def test_a_field_that_nobody_knows_is_refused() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'hobby'"):
        from_json(json.dumps(EXPECTED["a_person_and_more"]))


def test_a_protocol_is_what_classes_have_in_common() -> None:
    ada, company = Person("Ada", 36, "software"), Company("Analytical Engines")
    assert greet_both(ada, company) == EXPECTED["greetings"]


def test_a_subclass_goes_where_any_tokenizer_goes() -> None:
    expected = EXPECTED["tokenizer"]
    tokenizer = Characters.train(expected["lines"])
    assert list(tokenizer.tokenize(expected["line"])) == expected["ids"]
    assert there_and_back(tokenizer, expected["line"]) == expected["back"]


def test_an_abstract_class_has_no_instances() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Tokenizer()  # type: ignore[abstract]


def test_a_number_has_a_size() -> None:
    ages = EXPECTED["ages_to_sum"]
    assert [*map(sum_of, ages)] == EXPECTED["sums"]
    assert [*map(checked_sum, ages)] == EXPECTED["checked_sums"]
    assert [*map(wrapping_sum, ages)] == EXPECTED["wrapping_sums"]
    assert [*map(converted, EXPECTED["numbers"])] == EXPECTED["converted"]
    assert [*map(cut, EXPECTED["numbers"])] == EXPECTED["cut"]
    assert [[*half(years)] for years in EXPECTED["years"]] == EXPECTED["halves"]


def test_a_text_is_characters() -> None:
    assert [[*sizes(text)] for text in EXPECTED["texts"]] == EXPECTED["sizes"]
    assert [beginning(text, 2) for text in EXPECTED["texts"]] == EXPECTED["beginnings"]
    assert [initials(text) for text in EXPECTED["texts"]] == EXPECTED["initials"]


def test_a_function_sees_what_is_around_it(people: list[person.Person]) -> None:
    ages = [each.age for each in people]
    assert above(ages, 40) == EXPECTED["above_40"]
    change_all(ages, older_by(2))
    assert ages == EXPECTED["older_by_2"]


def test_all_functions_of_a_loop_see_its_last_value() -> None:
    each = [older(36) for older in all_older_by([1, 2, 3])]
    assert each == EXPECTED["each_older_by_1_2_3"]["python"]


def test_a_module_has_public_names(people: list[person.Person]) -> None:
    assert [*map(years_to_go, people)] == EXPECTED["years_to_go"]


def test_a_pair_merges() -> None:
    for word, merged in EXPECTED["merged"].items():
        tokens = [*word]
        merge(tokens, "t", "h")
        assert tokens == merged
