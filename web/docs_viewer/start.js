// Opens the description in Swagger UI. A file of its own, because the page's policy allows no script inside it.
"use strict";

SwaggerUIBundle({
  dom_id: "#viewer",
  url: "api/v1/openapi.json",
  deepLinking: true,
  displayRequestDuration: true,
  // How the schemas are called interests fewer people than what can be asked for.
  defaultModelsExpandDepth: 0,
  // It would send the description to somebody else's computer to have it judged.
  validatorUrl: null,
});
