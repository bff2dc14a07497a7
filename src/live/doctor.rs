//! `ipvslab live doctor`: what the lab needs, what is there, and how to get the rest.

use std::fs::OpenOptions;
use std::process::{Command, Stdio};

use ipvslab_live::ipvs::Ipvs;
use ipvslab_live::{Namespace, kernels};

use crate::exit::{Exit, Failure};
use crate::print::print;

/// Something that a lab needs.
struct Need {
    what: &'static str,
    /// What was found, or what is missing and the fix.
    found: Result<String, String>,
}

/// Looks at everything, and fails if neither way to a kernel is open.
pub(crate) fn run() -> Result<(), Failure> {
    let here = on_this_kernel();
    let machine = in_a_machine();
    print(format_args!(
        "on this machine's kernel (as root):\n{}\nwith --vm (no root needed):\n{}",
        list(&here),
        list(&machine)
    ));
    let usable = |needs: &[Need]| needs.iter().all(|need| need.found.is_ok());
    match (usable(&here), usable(&machine)) {
        (true, _) => print(format_args!("\nready: ipvslab live validate\n")),
        (false, true) => print(format_args!("\nready with --vm: ipvslab live validate --vm\n")),
        (false, false) => {
            let message = "error: no usable kernel with IPVS; see the fixes above";
            return Err(Failure::new(Exit::LiveUnusable, message));
        }
    }
    Ok(())
}

fn list(needs: &[Need]) -> String {
    let line = |need: &Need| match &need.found {
        Ok(found) => format!("  ok       {:12} {found}\n", need.what),
        Err(fix) => format!("  missing  {:12} {fix}\n", need.what),
    };
    needs.iter().map(line).collect()
}

fn on_this_kernel() -> Vec<Need> {
    let namespace = Namespace::new();
    let ipvs = match &namespace {
        Err(_) => Err("not known without a namespace".to_owned()),
        Ok(namespace) => match Ipvs::open(namespace) {
            Ok(_) => Ok("the kernel's netlink family answers".to_owned()),
            Err(error) => Err(error.to_string()),
        },
    };
    let tun = OpenOptions::new().read(true).write(true).open("/dev/net/tun");
    vec![
        Need {
            what: "namespaces",
            found: namespace
                .map(|_| "network namespaces can be made".to_owned())
                .map_err(|error| error.to_string()),
        },
        Need { what: "IPVS", found: ipvs },
        Need {
            what: "TAP",
            found: tun
                .map(|_| "/dev/net/tun opens".to_owned())
                .map_err(|error| format!("/dev/net/tun: {error}; run `modprobe tun` as root")),
        },
    ]
}

fn in_a_machine() -> Vec<Need> {
    let qemu = Command::new("qemu-system-x86_64").arg("--version").stderr(Stdio::null()).output();
    let qemu = match qemu {
        Ok(output) => Ok(String::from_utf8_lossy(&output.stdout)
            .lines()
            .next()
            .unwrap_or("an unknown version")
            .to_owned()),
        Err(_) => Err("run: apt-get install qemu-system-x86".to_owned()),
    };
    let there: Vec<String> =
        kernels::installed().into_iter().chain(kernels::cached()).map(|kernel| kernel.release).collect();
    let kernel = if there.is_empty() {
        match kernels::available() {
            Ok(names) if !names.is_empty() => Ok(format!("{} to fetch from apt", names.len())),
            Ok(_) => Err("apt offers none; run `apt-get update`, or give --kernel PATH".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    } else {
        Ok(there.join(", "))
    };
    vec![Need { what: "QEMU", found: qemu }, Need { what: "kernels", found: kernel }]
}
