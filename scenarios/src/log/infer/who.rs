//! Which of the words before the time is the client.

use super::column::{Column, Looks};
use super::sketch::Kind;

/// What a word before the time is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    Client,
    Forwarded,
    Host,
    /// The last one.
    User,
    /// Anything else.
    Other,
}

/// Lines after which an address that never changes is a proxy's.
const ENOUGH: usize = 5;

/// What the words are, or the ways in which they may be read.
pub(super) fn roles(head: &[Column<'_>]) -> Result<Vec<Role>, Vec<(String, Vec<Role>)>> {
    let last = head.len() - 1;
    let mut roles: Vec<Role> =
        (0..head.len()).map(|at| if at == last { Role::User } else { Role::Other }).collect();
    let addresses: Vec<usize> = (0..head.len()).filter(|&at| is_address(&head[at])).collect();
    let Some(&first) = addresses.first() else {
        // Names that were looked up: the first word is one.
        let is_vhost = head.len() > 3 && head[0].values.iter().all(|value| has_port(value));
        let client = usize::from(is_vhost);
        if is_vhost {
            roles[0] = Role::Host;
        }
        roles[client] = Role::Client;
        return Ok(roles);
    };
    let as_client = |roles: &[Role], client: usize| {
        let mut roles = roles.to_vec();
        roles[client] = Role::Client;
        // One word before it is the virtual host.
        if client == 1 && roles[0] == Role::Other {
            roles[0] = Role::Host;
        }
        roles
    };
    let others: Vec<usize> =
        addresses[1..].iter().copied().filter(|&at| head[at].values != head[first].values).collect();
    let &[second, ..] = &others[..] else {
        if is_list(&head[first]) {
            roles[first] = Role::Forwarded;
            return Ok(roles);
        }
        return Ok(as_client(&roles, first));
    };
    // The peer is one address in every line; X-Forwarded-For may be missing, or be several.
    let may_be_client = |at: usize| !is_list(&head[at]) && head[at].values.iter().all(|value| *value != "-");
    let is_constant = |at: usize| {
        let values = &head[at].values;
        values.len() >= ENOUGH && values.iter().all(|value| *value == values[0])
    };
    let pair = |client: usize, forwarded: usize| {
        let mut roles = as_client(&roles, client);
        roles[forwarded] = Role::Forwarded;
        roles
    };
    match (may_be_client(first), may_be_client(second)) {
        (true, false) => Ok(pair(first, second)),
        (false, true) => Ok(pair(second, first)),
        _ if first == 0 && head[0].values.iter().all(|value| has_port(value)) => {
            Ok(as_client(&roles, second))
        }
        _ if is_constant(first) && !is_constant(second) => Ok(pair(first, second)),
        _ if is_constant(second) && !is_constant(first) => Ok(pair(second, first)),
        _ => {
            let words = |client: usize| {
                format!("the client is {}, the other address X-Forwarded-For", head[client].values[0])
            };
            Err(vec![(words(first), pair(first, second)), (words(second), pair(second, first))])
        }
    }
}

fn is_address(column: &Column<'_>) -> bool {
    matches!(column.looks, Looks::Addresses | Looks::Endpoints) && column.kind != Kind::Bracketed
}

fn is_list(column: &Column<'_>) -> bool {
    column.values.iter().any(|value| value.contains(','))
}

/// Whether it is `name:port`.
fn has_port(value: &str) -> bool {
    value.rsplit_once(':').is_some_and(|(name, port)| !name.is_empty() && port.parse::<u16>().is_ok())
}
