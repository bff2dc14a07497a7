use ipvslab_schedulers::*;
use ipvslab_sim::*;
#[derive(Default)]
struct Lat(Vec<u64>);
impl Observer for Lat {
    fn finished(&mut self, d: &Finished) {
        self.0.push(d.response_time().as_nanos());
    }
}
#[test]
fn probe() {
    for path in std::env::var("PROBE").expect("PROBE").split(' ') {
    match ipvslab_scenarios::load(std::path::Path::new(&path)) {
        Ok(loaded) => {
            println!("{}", loaded.render_warnings(false));
            let s = &loaded.scenario;
            println!("{} rho {:.3} load {:.3} cap {:.3} dur {:?}", s.title, s.utilisation(), s.offered_load(), s.capacity(), s.duration);
            if std::env::var("RUN").is_err() { continue }
            let setup = s.setup();
            let begin = std::time::Instant::now();
            for &kind in &s.schedulers {
                let options = SchedulerOptions { profile: setup.service().profile, flags: setup.service().flags, draws: Draws::Stream(Rng::stream(s.seed, 0, "twos")) };
                let sim = Simulation::new(&setup, |t| AnyScheduler::new(kind, options, t, Time::ZERO).unwrap());
                let mut lat = Lat::default();
                let o = sim.run(s.arrivals(0).unwrap(), &mut lat).unwrap();
                lat.0.sort_unstable();
                let n = lat.0.len();
                let mean = lat.0.iter().sum::<u64>() as f64 / n as f64 / 1e6;
                println!("{kind:5} n {} mean {:.1}ms p50 {:.1} p99 {:.1} refused {} {} lost {} assigned {:?}", o.arrived, mean, lat.0[n/2] as f64/1e6, lat.0[n*99/100] as f64/1e6, o.refused_backlog, o.refused_no_server, o.lost, o.servers.iter().map(|s| s.assigned).collect::<Vec<_>>());
            }
            println!("one replication of all: {:.2}s; study {:.2} cpu-s", begin.elapsed().as_secs_f64(), begin.elapsed().as_secs_f64() * s.replications as f64);
        }
        Err(problems) => {
            println!("{:?}\n{}\n\n{}", problems.kind(), problems.render(false), problems);
        }
    }
    }
}
