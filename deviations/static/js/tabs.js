// Where the queues scroll sideways, the one that is shown is brought into sight.
document.querySelector(".tabs--queues [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
