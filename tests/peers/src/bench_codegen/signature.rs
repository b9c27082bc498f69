//! A parameter of a generated function -> the type of a value for it.

use syn::{FnArg, GenericArgument, GenericParam, Generics, PathArguments, Signature, Type, TypeParamBound, WherePredicate};

/// The types of values for all parameters but `self`; nothing if one of them takes what no value can be named for, such as a closure.
pub fn values(signature: &Signature) -> Option<Vec<Type>> {
    let typed = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) => Some(&*input.ty),
        FnArg::Receiver(_) => None,
    });
    typed.map(|ty| value(ty, &signature.generics)).collect()
}

/// Whether the function is a method that takes `self`.
pub fn is_method(signature: &Signature) -> bool {
    matches!(signature.inputs.first(), Some(FnArg::Receiver(_)))
}

fn value(ty: &Type, generics: &Generics) -> Option<Type> {
    match ty {
        Type::ImplTrait(any) => from_bounds(any.bounds.iter(), generics),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            if let Some(parameter) = path.path.get_ident().and_then(|name| bounds_of(&name.to_string(), generics)) {
                return from_bounds(parameter.iter(), generics);
            }
            let PathArguments::AngleBracketed(_) = &last.arguments else { return Some(ty.clone()) };
            let mut whole = path.clone();
            if let Some(PathArguments::AngleBracketed(arguments)) = whole.path.segments.last_mut().map(|last| &mut last.arguments) {
                for argument in &mut arguments.args {
                    if let GenericArgument::Type(inner) = argument {
                        *inner = value(inner, generics)?;
                    }
                }
            }
            Some(Type::Path(whole))
        }
        _ => Some(ty.clone()),
    }
}

/// What a parameter of the function has to be, if there is one of this name.
fn bounds_of(name: &str, generics: &Generics) -> Option<Vec<TypeParamBound>> {
    let parameter = generics.params.iter().find_map(|parameter| match parameter {
        GenericParam::Type(parameter) if parameter.ident == name => Some(parameter),
        _ => None,
    })?;
    let mut bounds: Vec<TypeParamBound> = parameter.bounds.iter().cloned().collect();
    for predicate in generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
        if let WherePredicate::Type(predicate) = predicate
            && let Type::Path(path) = &predicate.bounded_ty
            && path.qself.is_none()
            && path.path.is_ident(name)
        {
            bounds.extend(predicate.bounds.iter().cloned());
        }
    }
    Some(bounds)
}

fn from_bounds<'b>(bounds: impl Iterator<Item = &'b TypeParamBound>, generics: &Generics) -> Option<Type> {
    for bound in bounds {
        let TypeParamBound::Trait(bound) = bound else { continue };
        let Some(last) = bound.path.segments.last() else { continue };
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { continue };
        match (last.ident.to_string().as_str(), arguments.args.first()) {
            ("AsRef", Some(_)) => return Some(syn::parse_quote!(String)),
            ("Into" | "TryInto", Some(GenericArgument::Type(inner))) => return value(inner, generics),
            ("IntoIterator", Some(GenericArgument::AssocType(item))) => {
                let item = value(&item.ty, generics)?;
                return Some(syn::parse_quote!(Vec<#item>));
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::Signature;

    use super::{is_method, values};

    fn given(signature: &str) -> Option<Vec<String>> {
        let signature: Signature = syn::parse_str(signature).expect("it is a signature");
        Some(values(&signature)?.iter().map(|ty| ty.to_token_stream().to_string().replace(' ', "")).collect())
    }

    #[test]
    fn every_form_of_parameter_has_a_type() {
        let ours = "fn a(self, b: impl Into<UserId>, c: impl IntoIterator<Item = impl Into<Id>>, d: i64)";
        assert_eq!(given(ours).expect("all are known"), ["UserId", "Vec<Id>", "i64"]);
        let progenitor = "fn a<V>(mut self, value: V) -> Self where V: TryInto<types::Body>, <V as TryInto<types::Body>>::Error: Display";
        assert_eq!(given(progenitor).expect("all are known"), ["types::Body"]);
        let other = "fn a<P: AsRef<str>>(&self, b: Option<P>, c: impl AsRef<str>, d: Option<Vec<Status>>, e: &str)";
        assert_eq!(given(other).expect("all are known"), ["Option<String>", "String", "Option<Vec<Status>>", "&str"]);
    }

    #[test]
    fn a_closure_is_no_value() {
        assert_eq!(given("fn a<F>(self, change: F) -> Self where F: FnOnce(Body) -> Body"), None);
        let free: Signature = syn::parse_str("fn a(b: i64)").expect("it is a signature");
        assert!(!is_method(&free));
    }
}
