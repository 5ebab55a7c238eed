fn main() {
    let mut ages = vec![12, 15, 36, 44];
    for age in &ages {
        if *age < 18 {
            ages.remove(0);
        }
    }
}
