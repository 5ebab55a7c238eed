enum Work {
    Looking,
    Employed { since: i32 },
    Retired(i32),
}

fn sentence(work: &Work) -> String {
    match work {
        Work::Looking => "is looking for work".to_owned(),
        Work::Employed { since } => format!("works since {since}"),
    }
}

fn main() {
    let all = [
        Work::Looking,
        Work::Employed { since: 2020 },
        Work::Retired(2019),
    ];
    println!("{}", all.each_ref().map(sentence).join(", "));
}
