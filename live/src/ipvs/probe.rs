//! Which way a kernel counts connections, found out by asking it (kernel spec, section 0).

use std::net::{Ipv4Addr, SocketAddr};

use ipvslab_schedulers::{Accounting, Thresholds};

use super::{Destination, Family, Forwarding, Ipvs, IpvsError, Service, ServiceKey};

/// Where scratch services are looked for from: the upper end, where nobody's marks are.
const SCRATCH_MARKS: std::ops::RangeInclusive<u32> = 0xffff_ff00..=0xffff_fffe;
/// The first upper threshold that the newer kernels refuse; they brought the other accounting along with the check.
const TELLING: u32 = 0x8000_0000;

impl Ipvs {
    /// How this kernel counts the connections of a real server. Makes a service of its own, and removes it.
    ///
    /// # Errors
    /// If the kernel refuses more than the telling threshold. The scratch service is removed all the same.
    pub fn accounting_generation_probe(&mut self) -> Result<Accounting, IpvsError> {
        let key = self.add_scratch_service()?;
        let found = self.provoke(&key);
        self.delete_service(&key)?;
        found
    }

    /// A service without scheduler, so that no module is needed, under the first mark that is free.
    fn add_scratch_service(&mut self) -> Result<ServiceKey, IpvsError> {
        let mut marks = SCRATCH_MARKS.rev();
        loop {
            let mark = marks.next().unwrap_or(*SCRATCH_MARKS.start());
            let key = ServiceKey::Mark { family: Family::Inet, mark };
            match self.add_service(&Service::new(key, "none")) {
                Err(IpvsError::ServiceExists { .. }) if mark != *SCRATCH_MARKS.start() => {}
                added => return added.map(|()| key),
            }
        }
    }

    /// Edits a destination that is not there. The kernel checks the threshold before it looks for the destination,
    /// and the address, which in a namespace without addresses it would refuse, only when it makes one.
    fn provoke(&mut self, key: &ServiceKey) -> Result<Accounting, IpvsError> {
        let address = SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 1));
        let mut destination = Destination::new(address, Forwarding::Masquerade);
        destination.thresholds = Thresholds::new(TELLING, 0).expect("0 is below any upper threshold");
        match self.edit_destination(key, &destination) {
            Err(IpvsError::DestinationMissing { .. }) => return Ok(Accounting::Classic),
            Err(IpvsError::Invalid { .. }) => {}
            // An edit of what is not there does not succeed; if it did, the threshold was taken.
            Ok(()) => return Ok(Accounting::Classic),
            Err(error) => return Err(error),
        }
        // It was the threshold, and nothing else about the request.
        destination.thresholds = Thresholds::new(TELLING - 1, 0).expect("0 is below any upper threshold");
        match self.edit_destination(key, &destination) {
            Err(IpvsError::DestinationMissing { .. }) | Ok(()) => Ok(Accounting::Total),
            Err(error) => Err(error),
        }
    }
}
