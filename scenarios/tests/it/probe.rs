#[test]
fn probe() {
    let path = std::env::var("PROBE").expect("PROBE");
    match ipvslab_scenarios::load(std::path::Path::new(&path)) {
        Ok(loaded) => {
            println!("{}", loaded.render_warnings(false));
            let s = &loaded.scenario;
            println!("{} rho {:.3} load {:.3} cap {:.3} dur {:?}", s.title, s.utilisation(), s.offered_load(), s.capacity(), s.duration);
            let n = s.arrivals(0).unwrap().count();
            println!("{n} arrivals; {:?}", s.arrivals(0).unwrap().next());
        }
        Err(problems) => {
            println!("{:?}\n{}\n\n{}", problems.kind(), problems.render(false), problems);
        }
    }
}
