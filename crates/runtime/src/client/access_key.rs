//! The parts of an access key as they are given -> the key that requests are signed with.

use super::builder::{checked, missing};
use crate::api::Environment;
use crate::auth::acs3::AccessKey;
use crate::secret::SecretText;

/// What was given so far.
#[derive(Default)]
pub(super) struct Given {
    pub(super) id: Option<SecretText>,
    pub(super) secret: Option<SecretText>,
    pub(super) token: Option<SecretText>,
}

impl Given {
    /// Takes the key from the environment, as a whole: the id of one and the secret or the token of another do not belong together.
    pub(super) fn fill(&mut self, environment: &Environment, read: impl Fn(Option<&str>) -> Option<String>) {
        if self.id.is_none() && self.secret.is_none() && self.token.is_none() {
            self.id = read(environment.key_id).map(SecretText::from);
            self.secret = read(environment.key_secret).map(SecretText::from);
            self.token = read(environment.security_token).map(SecretText::from);
        }
    }

    /// Puts the parts together.
    ///
    /// # Errors
    ///
    /// Which part is missing or wrong, as a sentence.
    pub(super) fn read(&self, environment: &Environment) -> Result<AccessKey, String> {
        let part = |given: &Option<SecretText>, what, variable| match given {
            Some(text) => checked(text, what),
            None => Err(missing(what, variable)),
        };
        let id = part(&self.id, "id of the access key", environment.key_id)?;
        if id.expose().contains([',', '=', '"', ';']) {
            return Err("the id of the access key contains a sign that would end it in the header with the signature".to_owned());
        }
        Ok(AccessKey {
            id,
            secret: part(&self.secret, "secret of the access key", environment.key_secret)?,
            token: self.token.as_ref().map(|token| checked(token, "security token")).transpose()?,
        })
    }
}
