//! Files, definitions, conditions and sequences.

use std::collections::HashMap;

use super::*;

/// Files in memory, by their paths.
struct Memory(HashMap<&'static str, &'static str>);

impl Files for Memory {
    fn names(&self, directory: &str) -> Option<Vec<String>> {
        let prefix =
            if directory == "." { String::new() } else { format!("{}/", directory.trim_end_matches('/')) };
        let below = |path: &&str| {
            path.strip_prefix(&prefix).map(|rest| rest.split('/').next().unwrap_or(rest).to_owned())
        };
        let mut names: Vec<String> = self.0.keys().filter_map(below).collect();
        names.sort();
        names.dedup();
        (!names.is_empty()).then_some(names)
    }

    fn exists(&self, path: &str) -> bool {
        self.0.keys().any(|known| *known == path || known.starts_with(&format!("{path}/")))
    }

    fn text(&self, path: &str) -> Result<String, Unreadable> {
        self.0.get(path).map(|text| (*text).to_owned()).ok_or(Unreadable::Directory)
    }
}

const SERVER: &str =
    "virtual_server 10.0.0.1 80 {\nlb_algo rr\nlb_kind NAT\nprotocol TCP\nreal_server 10.1.0.1 80 { }\n}\n";

fn read_files(main: &str, files: &[(&'static str, &'static str)]) -> Result<Imported, Problems> {
    super::super::read(main, "etc/k.conf", None, &Memory(files.iter().copied().collect()))
}

#[test]
fn included_files_are_read_where_they_stand_and_from_where_they_lie() {
    let files = [
        ("etc/conf.d/b.conf", "include more/*.conf\n"),
        ("etc/conf.d/a.conf", SERVER),
        (
            "etc/conf.d/more/x.conf",
            "virtual_server 10.0.0.2 80 {\ninclude ../servers\nlb_algo wlc\nlb_kind NAT\nprotocol TCP\n}\n",
        ),
        ("etc/conf.d/more/../servers", "real_server 10.1.0.2 80 {\nwieght 3\n}\n"),
    ];
    let imported = read_files("include conf.d/*.conf\n", &files).expect("sound");
    assert_eq!(
        lines(&imported.table),
        "-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 1\n\
         -A -t 10.0.0.2:80 -s wlc\n-a -t 10.0.0.2:80 -r 10.1.0.2:80 -m -w 1\n"
    );
    let said = imported.render_warnings(false);
    assert!(said.contains("--> etc/conf.d/more/../servers:2:1"), "{said}");
    assert!(said.contains("2 | wieght 3"), "{said}");
}

#[test]
fn stricter_includes_are_errors_where_keepalived_does_not_start() {
    let files = [("etc/a.conf", SERVER), ("etc/b/x.conf", "")];
    for (include, refused) in [
        ("include none.conf", false),
        ("includer none.conf", false),
        ("includem none.conf", true),
        ("includew none.conf", true),
        ("includew none*.conf", true),
        ("includem none*.conf", false),
        ("includeb {none,a}.conf", true),
        ("includea b", true),
        ("include b", false),
        ("includer b", true),
        ("include_check\ninclude none.conf", true),
        ("global_defs {\ninclude_check match\n}\ninclude none.conf", true),
    ] {
        let main = format!("{include}\ninclude a.conf\n");
        let read = read_files(&main, &files);
        assert_eq!(read.is_err(), refused, "{include}");
        match read {
            Err(problems) => assert!(problems.to_string().starts_with("etc/k.conf:"), "{problems}"),
            Ok(imported) => assert_eq!(imported.warnings.len(), 1, "{include}"),
        }
    }
}

#[test]
fn files_that_include_each_other_end() {
    let files = [("etc/a.conf", "include b.conf\n"), ("etc/b.conf", "include a.conf\n")];
    let problems = read_files("include a.conf\n", &files).expect_err("a circle").to_string();
    assert!(problems.starts_with("etc/b.conf:1:9: etc/a.conf includes itself"), "{problems}");
}

#[test]
fn definitions_are_replaced_and_their_places_are_where_they_are_used() {
    let text = "$VIP=10.0.0.1\n$WEIGHT = 3\n$CHECK=TCP_CHECK { \\\n  connect_timeot 3 \\\n}\n\
                virtual_server $VIP 80 {\nlb_algo rr\nlb_kind NAT\nprotocol TCP\n\
                real_server ${VIP} 80 {\nweight $PORT\n${CHECK}\n}\n}\n";
    assert_eq!(
        warnings(text),
        [
            "2: unknown keyword `$WEIGHT`: keepalived ignores the line",
            "11: found `$PORT`, expected a weight, 0..=65535: keepalived ignores the line",
            "4: unknown keyword `connect_timeot`: keepalived ignores the line; did you mean `connect_timeout`?",
        ]
    );
    let circle = "$A=$B\n$B=$A\nvirtual_server $A 80 {\n}\n";
    let problems = parse(circle, "k").expect_err("a circle").to_string();
    assert!(
        problems.starts_with("k:3:16: definitions make this line too long, or are circular"),
        "{problems}"
    );
}

#[test]
fn sequences_repeat_a_line() {
    let text = "virtual_server 10.0.0.1 80 {\nlb_algo rr\nlb_kind NAT\nprotocol TCP\n\
                ~SEQ(N, 2) real_server 10.1.0.$N 80 { weight $N }\n\
                ~LST({IP, W}, {10.1.1.1, 7}, {10.1.1.2, 8}) real_server $IP 80 { weight ${W} }\n\
                ~SEQ(N, 9, 0, 1) x\n}\n";
    assert_eq!(
        lines(&read(text).table),
        "-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 1\n-a -t 10.0.0.1:80 -r 10.1.0.2:80 -m -w 2\n\
         -a -t 10.0.0.1:80 -r 10.1.1.1:80 -m -w 7\n-a -t 10.0.0.1:80 -r 10.1.1.2:80 -m -w 8\n"
    );
    assert_eq!(warnings(text), ["7: `~SEQ` is skipped: the steps never reach the end"]);
}

#[test]
fn conditions_ask_for_the_director_where_it_makes_a_difference() {
    let text = "@lb1 $W=5\n@^lb1 $W=6\nvrrp_instance VI {\n@lb1 priority 100\n@lb3 priority 50\n}\n\
                virtual_server 10.0.0.1 80 {\nlb_algo rr\nlb_kind NAT\nprotocol TCP\nreal_server 10.1.0.1 80 {\nweight $W\n}\n}\n";
    let weight = |director| {
        let read = super::super::read(text, "k", director, &NoFiles).map(|imported| imported.table);
        read.map(|table| table.services[0].servers[0].weight)
            .map_err(|problems| Box::new(problems.list()[0].clone()))
    };
    assert_eq!(weight(Some("lb1")), Ok(5));
    assert_eq!(weight(Some("lb2")), Ok(6));
    let problem = weight(None).expect_err("which one?");
    assert_eq!(problem.message, "lines are for one director only: `lb1`");
    assert_eq!(
        problem.help.as_deref(),
        Some("`--config-id lb1`; any other name selects none of these lines")
    );
    let only_vrrp = text.replace("@lb1 $W=5\n@^lb1 $W=6", "$W=7");
    assert_eq!(read(&only_vrrp).table.services[0].servers[0].weight, 7);
}
