export default function Page() {
  return <p>GraphQL is at /graphql.</p>;
}
