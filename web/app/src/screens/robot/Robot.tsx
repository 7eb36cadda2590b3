export default function Robot() {
  return <h1>Robot</h1>;
}
