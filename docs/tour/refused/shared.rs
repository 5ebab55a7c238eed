fn main() {
    let mut ages = vec![36, 44];
    std::thread::scope(|threads| {
        threads.spawn(|| ages.push(17));
        threads.spawn(|| ages.push(59));
    });
}
