fn older_by(years: u32) -> impl Fn(u32) -> u32 {
    |age| age + years
}

fn main() {
    println!("{}", older_by(2)(36));
}
