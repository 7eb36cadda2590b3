export default function Captions() {
  return <h1>Captions</h1>;
}
