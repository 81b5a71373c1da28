package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * One field that differs.
 *
 * @param path the place in the comparable tree, for example {@code
 *     containerDefinitions[web].image}: members by name, items of keyed lists by their key
 * @param from the observed value; {@link MissingNode} if there is none
 * @param to the desired value; {@link MissingNode} if the field is to be reset
 */
public record FieldChange(String path, JsonNode from, JsonNode to) {}
