"use strict";

const said = document.getElementById("said");

document.getElementById("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  said.textContent = "";
  said.className = "";
  try {
    const answer = await fetch("/api/login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token: document.getElementById("token").value }),
    });
    if (answer.ok) {
      said.textContent = "You are logged in; go back to the page that you came from.";
    } else {
      const problem = await answer.json();
      said.className = "error";
      said.textContent = answer.status === 404 ? "This server wants no token." : problem.detail;
    }
  } catch (error) {
    said.className = "error";
    said.textContent = `The server did not answer: ${error.message}`;
  }
});
