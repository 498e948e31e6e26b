//! Whole bodies with all that is in them, each field with the marks that hold where it stands: an object that is
//! documented in one place and taken over in another is no surer there than the taking over.

use super::description::{Description, Field, FieldKind, KnownValue, Mark, Operation};

/// A request, an answer or a notification's data, once, however many operations have it.
#[derive(Debug)]
pub(super) struct Body<'a> {
    pub(super) object: &'a str,
    pub(super) uses: Vec<Use<'a>>,
}

#[derive(Debug)]
pub(super) struct Use<'a> {
    pub(super) operation: &'a Operation,
    /// What it is there: `request`, `meta`, `data` or `answer`.
    pub(super) part: &'static str,
    pub(super) mark: Mark,
}

/// A field at its place in a body.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// `stakeholder_list[].name`
    pub(super) path: String,
    pub(super) field: &'a Field,
    at_best: AtBest,
}

/// How sure a field and its limit are at best, by all that they stand in.
#[derive(Debug, Clone, Copy)]
struct AtBest {
    field: Mark,
    limit: Mark,
}

impl AtBest {
    fn inside(self, field: &Field) -> Self {
        Self {
            field: self.field.weaker(field.inside),
            limit: self.limit.weaker(field.inside).weaker(field.limits_inside),
        }
    }
}

/// All bodies, in the order in which the operations need them.
pub(super) fn bodies(description: &Description) -> Vec<Body<'_>> {
    let mut bodies: Vec<Body<'_>> = Vec::new();
    for operation in &description.operations {
        let part = match operation {
            Operation { is_call: false, .. } => "data",
            Operation { is_multipart: true, .. } => "meta",
            _ => "request",
        };
        let request = Some((&operation.request, part, operation.origin.request));
        let response =
            operation.response.as_ref().map(|object| (object, "answer", operation.origin.response));
        for (object, part, mark) in request.into_iter().chain(response) {
            let used = Use { operation, part, mark };
            match bodies.iter_mut().find(|body| body.object == object) {
                Some(body) => body.uses.push(used),
                None => bodies.push(Body { object, uses: vec![used] }),
            }
        }
    }
    bodies
}

impl<'a> Body<'a> {
    /// The mark of its surest use, which none of its fields can excel.
    pub(super) fn surest(&self) -> Mark {
        self.uses.iter().map(|used| used.mark).min().unwrap_or(Mark::Inferred)
    }

    /// Its fields with those of the objects in it.
    pub(super) fn rows(&self, description: &'a Description) -> Result<Vec<Row<'a>>, String> {
        let mut rows = Vec::new();
        let surest = self.surest();
        gather(description, self.object, "", AtBest { field: surest, limit: surest }, &mut rows)?;
        Ok(rows)
    }
}

fn gather<'a>(
    description: &'a Description,
    object: &str,
    prefix: &str,
    at_best: AtBest,
    rows: &mut Vec<Row<'a>>,
) -> Result<(), String> {
    for field in &description.object(object)?.fields {
        let path = format!("{prefix}{}", field.name);
        let inside = format!("{path}{}.", brackets(&field.kind));
        rows.push(Row { path, field, at_best });
        if let FieldKind::Object(object) = field.kind.innermost() {
            gather(description, object, &inside, at_best.inside(field), rows)?;
        }
    }
    Ok(())
}

fn brackets(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Array(item) => format!("{}[]", brackets(item)),
        _ => String::new(),
    }
}

impl Row<'_> {
    pub(super) fn mark(&self) -> Mark {
        self.field.origin.weaker(self.at_best.field)
    }

    pub(super) fn required_mark(&self) -> Mark {
        self.field.required_origin.weaker(self.at_best.field)
    }

    pub(super) fn limit_mark(&self) -> Option<Mark> {
        self.field.limit.map(|_| self.field.limit_origin.weaker(self.at_best.limit))
    }

    /// That the codes are those of the table.
    pub(super) fn table_mark(&self) -> Mark {
        self.field.table_origin.weaker(self.mark())
    }

    /// A value that is known from elsewhere is no surer here than the field is.
    pub(super) fn value_mark(&self, value: &KnownValue) -> Mark {
        value.origin.weaker(self.mark())
    }

    pub(super) fn known_values(&self) -> &[KnownValue] {
        match self.field.kind.innermost() {
            FieldKind::Enum(values) => values,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codegen::docs::fixture::description;

    fn marks(body: &str) -> Vec<String> {
        let description = description();
        let bodies = bodies(&description);
        let body = bodies.iter().find(|one| one.object == body).unwrap();
        let rows = body.rows(&description).unwrap();
        let marks = |row: &Row<'_>| {
            let limit = row.limit_mark().map_or(String::new(), |mark| format!(" limit {mark}"));
            let values = row.known_values().iter().map(|v| format!(" {} {}", v.text, row.value_mark(v)));
            let values: String = values.collect();
            format!("{} {} required {}{limit}{values}", row.path, row.mark(), row.required_mark())
        };
        rows.iter().map(marks).collect()
    }

    #[test]
    fn a_body_is_flattened_and_no_field_is_surer_than_what_it_stands_in() {
        assert_eq!(
            marks("PayRequest"),
            [
                "key D required D limit I",
                "payees D required T",
                "payees[].name D required D limit I",
                "payees[].bank D required D",
                "payees[].bank.no I required I limit I",
                "payees[].bank.kind I required I LOCAL I",
            ]
        );
    }

    #[test]
    fn a_body_is_as_sure_as_its_surest_use() {
        assert_eq!(marks("PayState"), ["status T required T OPEN T DONE I"]);
    }

    #[test]
    fn a_body_stands_once_with_all_its_uses() {
        let description = description();
        let bodies = bodies(&description);
        let uses = |body: &Body<'_>| {
            let uses = body.uses.iter().map(|used| format!("{} {}", used.operation.name, used.part));
            format!("{}: {}", body.object, uses.collect::<Vec<_>>().join(", "))
        };
        assert_eq!(
            bodies.iter().map(uses).collect::<Vec<_>>(),
            [
                "PayRequest: pay.apply request",
                "PayState: pay.apply answer, pay.notification data",
                "Meta: file.upload meta",
                "Stored: file.upload answer",
            ]
        );
    }

    #[test]
    fn an_object_that_is_not_there_is_named() {
        let mut description = description();
        description.objects.remove("Bank");
        let bodies = bodies(&description);
        assert_eq!(bodies[0].rows(&description).unwrap_err(), "there is no object `Bank`");
    }
}
