/** What makes somebody who can sign in, as it stands in a data file. */
export const sessionExample = `"users": [{ "id": "user_one", "name": "One" }],
"sessions": [
  { "id": "sess_one", "user_id": "user_one" }
]`;

/** What makes a template, as it stands in a data file. */
export const templateExample = `"jwt_templates": [
  { "name": "mine", "claims": { "plan": "free" } }
]`;
