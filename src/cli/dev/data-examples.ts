/** The part of a data file that adds a session. */
export const sessionExample = `"users": [{ "id": "user_one", "name": "One" }],
"sessions": [
  { "id": "sess_one", "user_id": "user_one" }
]`;

/** The part of a data file that adds a JWT template. */
export const templateExample = `"jwt_templates": [
  { "name": "mine", "claims": { "plan": "free" } }
]`;
