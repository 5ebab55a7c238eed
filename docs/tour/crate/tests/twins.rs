//! Every function gives what `twins.json` says. `test_twins.py` asks its Python twins for the same.

use std::error::Error;

use serde_json::{Value, json};
use tour::age::{AgeError, mean_age, parse_age};
use tour::greet::{Company, greet_both};
use tour::tokenizer::{Characters, Tokenizer, there_and_back};
use tour::work::Work;
use tour::{
    Person, adults, changes, formats, industries, merging, numbers, owners, pension, texts,
};

fn expected() -> Value {
    serde_json::from_str(include_str!("../../twins.json")).expect("twins.json is JSON")
}

fn people() -> Vec<Person> {
    formats::from_json(&expected()["people"].to_string()).expect("they are people")
}

fn names(people: &[Person]) -> Vec<&str> {
    people.iter().map(|person| person.name.as_str()).collect()
}

#[test]
fn a_struct_has_methods() {
    let mut ada = people().remove(0);
    assert_eq!(json!(ada.introduction()), expected()["introduction"]);
    ada.celebrate_birthday();
    assert_eq!(ada.age, 37);
}

#[test]
fn people_become_json_and_yaml() {
    let people = people();
    assert_eq!(json!(people), expected()["people"]);
    let yaml = formats::to_yaml(&people[..1]).expect("people can be written");
    assert_eq!(json!(yaml), expected()["yaml"]);
}

#[test]
fn what_is_no_person_is_an_error_with_its_place() {
    let text = "[\n{\"name\": \"Ada\", \"age\": \"36\", \"industry\": \"film\"}\n]";
    let error = formats::from_json(text).expect_err("an age is a number");
    let message = "invalid type: string \"36\", expected u32 at line 2 column 27";
    assert_eq!(error.to_string(), message);
}

#[test]
fn means_are_by_industry() {
    let people = people();
    let means = industries::mean_age_by_industry(&people);
    assert_eq!(json!(means), expected()["mean_age_by_industry"]);
}

#[test]
fn iterators_give_one_at_a_time() {
    let people = people();
    let adults = Vec::from_iter(adults::names_of_adults(&people));
    assert_eq!(json!(adults), expected()["names_of_adults"]);
    assert_eq!(json!(adults::gaps(&people)), expected()["gaps"]);
}

#[test]
fn values_are_lent_and_given_away() {
    let mut people = people();
    let older = owners::older(&people[0], &people[3]);
    assert_eq!(json!(older.name), expected()["older"]);
    owners::a_year_passes(&mut people);
    let ages = Vec::from_iter(people.iter().map(|person| person.age));
    assert_eq!(json!(ages), expected()["a_year_passes"]);
    let young = owners::keep_below(40, people);
    assert_eq!(json!(names(&young)), expected()["keep_below_40"]);
}

#[test]
fn a_match_finds_the_variant() {
    let work = [
        Work::Looking,
        Work::Employed {
            industry: "film".to_owned(),
            since: 2020,
        },
        Work::Employed {
            industry: "film".to_owned(),
            since: 2026,
        },
        Work::Retired(2019),
    ];
    let sentences = work.map(|each| each.sentence(2026));
    assert_eq!(json!(sentences), expected()["sentences_in_2026"]);
}

/// Returns a result as `twins.json` has it: the value, or the message.
fn shown<T: Into<Value>>(result: Result<T, AgeError>) -> Value {
    result.map_or_else(|error| json!(error.to_string()), Into::into)
}

#[test]
fn an_error_is_a_value() {
    for (text, age) in expected()["ages"].as_object().expect("an object") {
        assert_eq!(shown(parse_age(text)), *age, "{text:?}");
    }
    for (text, mean) in expected()["mean_ages"].as_object().expect("an object") {
        assert_eq!(shown(mean_age(text)), *mean, "{text:?}");
    }
}

#[test]
fn where_the_twins_differ() {
    let expected = expected();
    for (text, age) in expected["ages_that_differ"].as_object().expect("an object") {
        assert_eq!(shown(parse_age(text)), age["rust"], "{text:?}");
    }
    for (text, mean) in expected["mean_ages_that_differ"]
        .as_object()
        .expect("an object")
    {
        assert_eq!(shown(mean_age(text)), mean["rust"], "{text:?}");
    }
}

#[test]
fn a_field_that_nobody_knows_is_passed_over() {
    let more = expected()["a_person_and_more"].to_string();
    let read = formats::from_json(&more).expect("a person, and more");
    assert_eq!(read, people()[..1]);
}

#[test]
fn a_trait_is_what_types_have_in_common() -> Result<(), Box<dyn Error>> {
    let ada = people().into_iter().next().ok_or("nobody")?;
    let company = Company {
        name: "Analytical Engines".to_owned(),
    };
    assert_eq!(json!(greet_both(&ada, &company)), expected()["greetings"]);
    Ok(())
}

#[test]
fn a_type_with_the_trait_goes_where_any_tokenizer_goes() {
    let expected = &expected()["tokenizer"];
    let lines = expected["lines"].as_array().expect("a list");
    let tokenizer = Characters::train(lines.iter().filter_map(Value::as_str));
    let line = expected["line"].as_str().expect("a text");
    let ids = Vec::from_iter(tokenizer.tokenize(line));
    assert_eq!(json!(ids), expected["ids"]);
    assert_eq!(json!(there_and_back(&tokenizer, line)), expected["back"]);
}

#[test]
fn a_number_has_a_size() {
    let expected = expected();
    let ages: Vec<Vec<u8>> = serde_json::from_value(expected["ages_to_sum"].clone()).expect("ages");
    let each = |sum: &dyn Fn(&[u8]) -> Value| Value::from_iter(ages.iter().map(|ages| sum(ages)));
    assert_eq!(each(&|ages| json!(numbers::sum(ages))), expected["sums"]);
    assert_eq!(
        each(&|ages| json!(numbers::checked_sum(ages))),
        expected["checked_sums"]
    );
    assert_eq!(
        each(&|ages| json!(numbers::wrapping_sum(ages))),
        expected["wrapping_sums"]
    );
    let list = |name: &str| -> Vec<i64> {
        serde_json::from_value(expected[name].clone()).expect("numbers")
    };
    let converted = Vec::from_iter(list("numbers").into_iter().map(numbers::converted));
    assert_eq!(json!(converted), expected["converted"]);
    let cut = Vec::from_iter(list("numbers").into_iter().map(numbers::cut));
    assert_eq!(json!(cut), expected["cut"]);
    let halves = Vec::from_iter(list("years").into_iter().map(numbers::half));
    assert_eq!(json!(halves), expected["halves"]);
}

#[test]
#[should_panic(expected = "attempt to add with overflow")]
#[cfg(debug_assertions)]
fn a_development_build_panics_where_a_number_has_no_room() {
    let ages: Vec<u8> = serde_json::from_value(expected()["ages_to_sum"][1].clone()).expect("ages");
    let sum: u8 = ages.iter().sum();
    unreachable!("{sum}");
}

#[test]
fn a_text_is_bytes() {
    let expected = expected();
    let all: Vec<String> = serde_json::from_value(expected["texts"].clone()).expect("texts");
    let sizes = Vec::from_iter(all.iter().map(|text| texts::sizes(text)));
    assert_eq!(json!(sizes), expected["sizes"]);
    let beginnings = Vec::from_iter(all.iter().map(|text| texts::beginning(text, 2)));
    assert_eq!(json!(beginnings), expected["beginnings"]);
    let initials = Vec::from_iter(all.iter().map(|name| texts::initials(name)));
    assert_eq!(json!(initials), expected["initials"]);
}

#[test]
#[should_panic(expected = "byte index 3 is not a char boundary")]
fn a_cut_inside_a_character_panics() {
    let name = String::from("Zoë");
    unreachable!("{}", &name[..3]);
}

#[test]
fn a_closure_sees_what_is_around_it() {
    let expected = expected();
    let mut ages = Vec::from_iter(people().iter().map(|person| person.age));
    assert_eq!(json!(changes::above(&ages, 40)), expected["above_40"]);
    changes::change_all(&mut ages, changes::older_by(2));
    assert_eq!(json!(ages), expected["older_by_2"]);
    let all = changes::all_older_by(&[1, 2, 3]);
    let each = Vec::from_iter(all.iter().map(|older| older(36)));
    assert_eq!(json!(each), expected["each_older_by_1_2_3"]["rust"]);
}

#[test]
fn a_module_has_public_names() {
    let people = people();
    let years = Vec::from_iter(people.iter().map(pension::years_to_go));
    assert_eq!(json!(years), expected()["years_to_go"]);
}

#[test]
fn a_pair_merges() {
    let expected = expected();
    for (word, merged) in expected["merged"].as_object().expect("words") {
        let mut tokens = Vec::from_iter(word.chars().map(String::from));
        merging::merge(&mut tokens, "t", "h");
        assert_eq!(json!(tokens), *merged);
    }
}
