//! The parts of an access key as they are given -> the key that requests are signed with.

use super::builder::{checked, missing};
use crate::api::Environment;
use crate::auth::acs3::AccessKey;
use crate::secret::SecretText;

/// What was given so far. What the program says and what the environment says are kept apart: the id of one key and the secret or the
/// token of another do not belong together, in whichever order they are said.
#[derive(Default)]
pub(super) struct Given {
    pub(super) own: Parts,
    found: Parts,
}

#[derive(Default)]
pub(super) struct Parts {
    pub(super) id: Option<SecretText>,
    pub(super) secret: Option<SecretText>,
    pub(super) token: Option<SecretText>,
}

impl Given {
    /// Notes what the environment says, unless another one has said something.
    pub(super) fn fill(&mut self, environment: &Environment, read: impl Fn(Option<&str>) -> Option<String>) {
        let found = &mut self.found;
        if found.id.is_none() && found.secret.is_none() && found.token.is_none() {
            let read = |name| read(name).map(SecretText::from);
            *found = Parts { id: read(environment.key_id), secret: read(environment.key_secret), token: read(environment.security_token) };
        }
    }

    /// Puts the parts together. A program that names neither id nor secret has the key of the environment, perhaps with a token of its
    /// own.
    ///
    /// # Errors
    ///
    /// Which part is missing or wrong, as a sentence.
    pub(super) fn read(&self, environment: &Environment) -> Result<AccessKey, String> {
        let Self { own, found } = self;
        let foreign = own.id.is_none() && own.secret.is_none();
        let (id, secret) = if foreign { (&found.id, &found.secret) } else { (&own.id, &own.secret) };
        let token = own.token.as_ref().or(if foreign { found.token.as_ref() } else { None });
        let part = |given: &Option<SecretText>, what, variable| match given {
            Some(text) => checked(text, what),
            None => Err(missing(what, variable)),
        };
        let id = part(id, "id of the access key", environment.key_id)?;
        if id.expose().contains([',', '=', '"', ';']) {
            return Err("the id of the access key contains a sign that would end it in the header with the signature".to_owned());
        }
        Ok(AccessKey {
            id,
            secret: part(secret, "secret of the access key", environment.key_secret)?,
            token: token.map(|token| checked(token, "security token")).transpose()?,
        })
    }
}
