/** The logo, as SVG for HTML: a gate that a token passes. Decorative, because the name stands beside it. */
export const logo =
  '<svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true" xmlns="http://www.w3.org/2000/svg">' +
  '<rect width="32" height="32" rx="8" fill="#0b7a5c"/>' +
  '<path d="M8.5 25V15a7.5 7.5 0 0 1 15 0v10" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/>' +
  '<circle cx="16" cy="19" r="3.6" fill="#8ff0d0"/></svg>';

/** The logo as a `data:` URL, for the icon of a page. */
export const logoUrl = `data:image/svg+xml,${encodeURIComponent(logo)}`;
