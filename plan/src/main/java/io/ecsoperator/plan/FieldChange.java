package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * One field that differs.
 *
 * @param path the place in the comparable shape, for example {@code
 *     containerDefinitions[web].image}: members by name, items of keyed lists by their key
 * @param from what is there; {@link MissingNode} where nothing is
 * @param to what is wanted; {@link MissingNode} where the field is to be reset
 */
public record FieldChange(String path, JsonNode from, JsonNode to) {}
