// The API's reference, made by Swagger UI of the site's own description of it.
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("api-docs");
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: place,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    validatorUrl: null, // nothing is asked outside
    // Who is signed in can try what is on the page without a key.
    requestInterceptor: (request) => {
      const value = token();
      if (value && new URL(request.url, location.href).origin === location.origin) {
        request.headers["X-CSRFToken"] = value;
      }
      return request;
    },
  });
});
