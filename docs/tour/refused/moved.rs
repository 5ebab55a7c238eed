fn main() {
    let people = vec!["Ada", "Grace"];
    let team = people;
    println!("{} of {}", team.len(), people.len());
}
