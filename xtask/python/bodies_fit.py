"""Whether the bodies that paykka-model's tests read and write fit docs/openapi.json, by a validator of JSON schemas that
isn't ours: a document may be valid and still describe something else than what goes over the wire.

Each body must also stop fitting once a required key is gone, since a schema that takes everything would fit, too.
"""

import json
import pathlib
import sys

from jsonschema import Draft202012Validator, FormatChecker

DOCUMENT = json.loads(pathlib.Path("docs/openapi.json").read_text(encoding="utf-8"))
BODIES = pathlib.Path("crates/paykka-model/tests/fixtures")


def main():
    problems, count = [], 0
    for name, schema in schemas():
        path = BODIES / f"{name}.json"
        if not path.exists():
            problems.append(f"{path} is missing, so that nothing tries its schema")
            continue
        count += 1
        body = json.loads(path.read_text(encoding="utf-8"))
        validator = Draft202012Validator(
            {**schema, "components": DOCUMENT["components"]}, format_checker=FormatChecker()
        )
        problems += [f"{path}: {error.json_path}: {error.message}" for error in validator.iter_errors(body)]
        for key in required(schema):
            if validator.is_valid({other: body[other] for other in body if other != key}):
                problems.append(f"{path}: fits without its required key `{key}`, too")
    print("\n".join(problems) or f"{count} bodies fit docs/openapi.json")
    return 1 if problems else 0


def schemas():
    """The name of each body, as its file is called, with its schema."""
    for call in (item["post"] for item in DOCUMENT["paths"].values()):
        name, content = call["operationId"], call["requestBody"]["content"]
        if "multipart/form-data" in content:
            form = content["multipart/form-data"]["schema"]
            yield f"{name}.request", form["properties"]["meta"]["contentSchema"]
        else:
            yield f"{name}.request", content["application/json"]["schema"]
        yield f"{name}.response", call["responses"]["200"]["content"]["application/json"]["schema"]
    for notification in (item["post"] for item in DOCUMENT["webhooks"].values()):
        content = notification["requestBody"]["content"]
        yield f"{notification['operationId']}.data", content["application/json"]["schema"]
    yield "failure", {"$ref": "#/components/schemas/ApiError"}


def required(schema):
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema.get("required", [])


sys.exit(main())
