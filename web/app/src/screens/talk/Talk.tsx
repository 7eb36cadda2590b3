export default function Talk() {
  return <h1>Talk</h1>;
}
