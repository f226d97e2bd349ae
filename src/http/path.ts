/** Returns the path of a URL or of a request target, without query and fragment. Faster than the URL parser. */
export function pathOf(url: string): string {
  const rest = url.startsWith('/') ? url : afterAuthority(url);
  const end = rest.search(/[?#]/);
  return end < 0 ? rest : rest.slice(0, end);
}

function afterAuthority(url: string): string {
  const from = url.indexOf('://') + 3;
  const to = url.slice(from).search(/[/?#]/);
  const rest = to < 0 ? '' : url.slice(from + to);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
