export default function Home() {
  return <h1>An application</h1>;
}
