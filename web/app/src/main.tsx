import "./styles/tokens.css";
import "./styles/base.css";
import { render } from "preact";
import { App } from "./app/App";

const place = document.getElementById("app")!;
place.textContent = "";
render(<App />, place);
