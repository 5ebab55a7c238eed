fn main() {
    let ages = [36, 44, 17];
    for i in 0..ages.len() {
        println!("{}", ages[i]);
    }
}
