struct Mascot {
    name: String,
}

impl Mascot {
    fn greeting(&self) -> String {
        format!("Hello from {}!", self.name)
    }
}

fn main() {
    let mascot = Mascot {
        name: "Ferris".to_owned(),
    };
    println!("{}", mascot.greeting());
}
