//! Generic netlink: families are known by name, and the controller tells their numbers.

use super::{Attributes, Malformed, NetlinkError, Request, Socket};

/// The controller's own family number.
const CONTROLLER: u16 = 16;
const CTRL_CMD_GETFAMILY: u8 = 3;
const CTRL_ATTR_FAMILY_ID: u16 = 1;
const CTRL_ATTR_FAMILY_NAME: u16 = 2;

/// The number of the family `name`. Asking makes the kernel load the module if it can; `ENOENT` if it has none.
pub(crate) fn family(socket: &mut Socket, name: &str) -> Result<u16, NetlinkError> {
    let mut request = Request::new(CONTROLLER, 0, &[CTRL_CMD_GETFAMILY, 1, 0, 0]);
    request.attributes().string(CTRL_ATTR_FAMILY_NAME, name);
    for answer in socket.request(request)? {
        for attribute in Attributes::new(answer.message().after_header(4)?) {
            let attribute = attribute?;
            if attribute.kind == CTRL_ATTR_FAMILY_ID {
                return Ok(attribute.u16()?);
            }
        }
    }
    Err(Malformed::Missing { object: "family", attribute: "number" }.into())
}
