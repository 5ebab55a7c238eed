mod pension {
    pub fn years_to_go(age: u32) -> u32 {
        left(age)
    }

    fn left(age: u32) -> u32 {
        65 - age
    }
}

fn main() {
    println!("{} {}", pension::years_to_go(36), pension::left(36));
}
