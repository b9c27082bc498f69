//! Values of any kind -> parts of a [`Call`], in the styles of OpenAPI.
//!
//! Generated code comes here for what the plain methods cannot carry: objects, lists in other styles, cookies, forms with more than
//! texts in them, and bodies that may be left out.

use http::HeaderValue;
use http::header::COOKIE;
use serde::Serialize;
use serde_json::Value;

use super::Call;
use crate::body::{Content, Multipart, Source};
use crate::encode::percent;
use crate::secret::written;
use crate::styled::{self, Style};
use crate::validate::Violation;

impl Call {
    /// Adds a query parameter in a style, if there is a value.
    pub fn query_styled(mut self, name: &str, value: Option<&impl Serialize>, style: Style, explode: bool) -> Self {
        if let Some(tree) = self.tree(name, value) {
            self.query.extend(styled::pairs(name, &tree, style, explode));
        }
        self
    }

    /// Sets a parameter of the path in a style.
    pub fn path_styled(mut self, name: &'static str, value: &impl Serialize, style: Style, explode: bool) -> Self {
        let Some(tree) = self.tree(name, Some(value)) else { return self };
        let text = styled::segment(name, &tree, style, explode);
        if matches!(text.as_str(), "" | "." | "..") {
            self.note(Violation::new(name, "is empty or only dots, which a path cannot hold"));
        }
        self.ready.push((name, text));
        self
    }

    /// Sets a header in a style, if there is a value.
    pub fn header_styled(mut self, name: &str, value: Option<&impl Serialize>, style: Style, explode: bool) -> Self {
        match self.tree(name, value) {
            Some(tree) => self.header(name, styled::header(&tree, style, explode)),
            None => self,
        }
    }

    /// Adds a cookie in a style, if there is a value. What a cookie cannot hold is percent-encoded.
    pub fn cookie_styled(mut self, name: &str, value: Option<&impl Serialize>, style: Style, explode: bool) -> Self {
        let Some(tree) = self.tree(name, value) else { return self };
        let mut line = self.headers.get(COOKIE).and_then(|line| line.to_str().ok()).unwrap_or_default().to_owned();
        for (name, value) in styled::pairs(name, &tree, style, explode) {
            line.push_str(if line.is_empty() { "" } else { "; " });
            percent(&mut line, name);
            line.push('=');
            percent(&mut line, value);
        }
        if let (false, Ok(line)) = (line.is_empty(), HeaderValue::from_str(&line)) {
            self.headers.insert(COOKIE, line);
        }
        self
    }

    /// Sets a body of form fields: the members of an object, with those inside of it in brackets.
    pub fn form_of(mut self, body: &impl Serialize) -> Self {
        let Some(tree) = self.tree("body", Some(body)) else { return self };
        match styled::form(&tree) {
            Some(pairs) => self.content = Content::Form(pairs),
            None => self.note(Violation::new("body", "is not an object, so it has no form fields")),
        }
        self
    }

    /// The same, if there is a value.
    pub fn form_of_opt(self, body: Option<&impl Serialize>) -> Self {
        match body {
            Some(body) => self.form_of(body),
            None => self,
        }
    }

    /// Sets a JSON body, if there is a value.
    pub fn json_opt(self, body: Option<&(impl Serialize + ?Sized)>) -> Self {
        match body {
            Some(body) => self.json(body),
            None => self,
        }
    }

    /// Sets a form with files, if there is one.
    pub fn multipart_opt(self, form: Option<Multipart>) -> Self {
        match form {
            Some(form) => self.multipart(form),
            None => self,
        }
    }

    /// Sets a body of any kind, if there is one.
    pub fn body_opt(self, source: Option<Source>, content_type: impl Into<String>) -> Self {
        match source {
            Some(source) => self.body(source, content_type),
            None => self,
        }
    }

    fn tree(&mut self, name: &str, value: Option<&impl Serialize>) -> Option<Value> {
        let value = value?;
        let (tree, secrets) = written(|| Content::tree(name, value));
        match tree {
            Ok(tree) => {
                self.secrets.extend(secrets);
                Some(tree)
            }
            Err(error) => {
                self.note(error);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::Client;
    use crate::api::{Api, AuthScheme, Server};
    use crate::operation::{Method, Operation, Retry};
    use crate::styled::Style;

    const API: Api = Api::new("test", AuthScheme::None).servers(&[Server { name: None, url: "https://api.example.com" }]);
    const OPERATION: Operation = Operation::new("get", Method::Get, "/a{id}/b", Retry::Safe);

    fn client() -> Client {
        Client::builder(&API).build().expect("a client")
    }

    #[test]
    fn styles_reach_the_address_and_the_headers() {
        let call = client()
            .call(&OPERATION)
            .path_styled("id", &json!(["x y", "z"]), Style::Matrix, true)
            .query_styled("filter", Some(&json!({"name": "q"})), Style::DeepObject, true)
            .query_styled("none", None::<&String>, Style::Form, true)
            .cookie_styled("one", Some(&"1; 2"), Style::Form, true)
            .cookie_styled("two", Some(&2), Style::Form, true)
            .header_styled("x-list", Some(&[1, 2]), Style::Simple, false);
        assert_eq!(call.url().expect("an address"), "https://api.example.com/a;id=x%20y;id=z/b?filter%5Bname%5D=q");
        assert_eq!(call.headers["cookie"], "one=1%3B%202; two=2");
        assert_eq!(call.headers["x-list"], "1,2");
    }

    #[test]
    fn what_cannot_be_carried_is_what_sending_answers_with() {
        for call in [
            client().call(&OPERATION).path_styled("id", &"", Style::Simple, false),
            client().call(&OPERATION).form_of(&[1]),
            client().call(&OPERATION).query_styled("n", Some(&f64::NAN), Style::Form, true),
        ] {
            assert!(call.mistake.is_some());
        }
    }
}
