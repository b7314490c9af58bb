variable "categories" {
  description = "The categories that the customer may connect."
  type        = list(string)
  default     = ["hris"]

  validation {
    condition     = alltrue([for c in var.categories : contains(provider::stackone::categories(), c)])
    error_message = "Each category must be one of: ${join(", ", provider::stackone::categories())}."
  }
}

output "categories" {
  value = var.categories
}
