// How captions are shown, and what is listened for.
import { Select, Switch } from "../../ui/Field";
import { Segments } from "../../ui/Segments";
import { languageChoices } from "../../ui/languages";

export type TextSize = "small" | "medium" | "large" | "huge";

export function Options(props: {
  size: TextSize;
  shaded: boolean;
  language: string;
  translate: string;
  onSize: (size: TextSize) => void;
  onShaded: (on: boolean) => void;
  onLanguage: (language: string) => void;
  onTranslate: (language: string) => void;
}) {
  return (
    <div class="card captions-options">
      <Segments
        label="Text size"
        value={props.size}
        choices={[
          { value: "small", label: "Small" },
          { value: "medium", label: "Medium" },
          { value: "large", label: "Large" },
          { value: "huge", label: "Huge" },
        ]}
        onChange={(size) => props.onSize(size as TextSize)}
      />
      <div class="captions-choices">
        <Select
          label="Spoken language"
          value={props.language}
          choices={languageChoices(props.language, "As the server is set")}
          onChange={props.onLanguage}
          help="What people in the room speak."
        />
        <Select
          label="Translation"
          value={props.translate}
          choices={languageChoices(props.translate, "None: as it was said")}
          onChange={props.onTranslate}
          help="Where the server has who translates."
        />
      </div>
      <Switch label="Mark words that were hard to hear" checked={props.shaded} onChange={props.onShaded} />
    </div>
  );
}
